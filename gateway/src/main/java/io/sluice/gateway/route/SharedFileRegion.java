package io.sluice.gateway.route;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/**
 * Some bytes of an open file that others read as well: sending them leaves it open. It extends Netty's own region because
 * the native transport sends that with sendfile, out of the file that is already open, and every other one by copying.
 */
final class SharedFileRegion extends DefaultFileRegion {

    /**
     * @param file stays its owner's to close, after this is sent
     * @param position where in the file the bytes begin
     * @param count how many
     */
    SharedFileRegion(FileChannel file, long position, long count) {
        super(file, position, count);
    }

    @Override
    protected void deallocate() {
        // The file is not ours.
    }
}
