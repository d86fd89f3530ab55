package io.sluice.gateway.upstream;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells public addresses from those that only mean something here: private, loopback, link-local, shared, multicast,
 * documentation, and IPv6 addresses that carry such an IPv4 address.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IANA IPv4 and IPv6 special-purpose address
 *     registries</a>
 */
final class PublicAddresses {

    private static final List<Block> NOT_PUBLIC_IPV4 = blocks(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared by a carrier's customers
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local, the clouds' metadata
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/3"); // multicast, reserved, broadcast

    private static final Block IPV4_MAPPED = new Block("::ffff:0:0/96");
    private static final Block NAT64 = new Block("64:ff9b::/96");
    private static final Block SIX_TO_FOUR = new Block("2002::/16");

    /** What is handed out as global unicast; everything else has a special meaning. */
    private static final Block GLOBAL_UNICAST = new Block("2000::/3");

    private static final List<Block> NOT_PUBLIC_IPV6 = blocks(
            "2001::/23", // protocol assignments, Teredo among them
            "2001:db8::/32", // documentation
            "3fff::/20"); // documentation

    private PublicAddresses() {}

    /** Whether the address is public. */
    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? isPublicIpv4(bytes) : isPublicIpv6(bytes);
    }

    private static boolean isPublicIpv4(byte[] bytes) {
        return NOT_PUBLIC_IPV4.stream().noneMatch(block -> block.contains(bytes));
    }

    private static boolean isPublicIpv6(byte[] bytes) {
        if (IPV4_MAPPED.contains(bytes) || NAT64.contains(bytes)) {
            return isPublicIpv4(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (SIX_TO_FOUR.contains(bytes)) {
            return isPublicIpv4(Arrays.copyOfRange(bytes, 2, 6));
        }
        return GLOBAL_UNICAST.contains(bytes) && NOT_PUBLIC_IPV6.stream().noneMatch(block -> block.contains(bytes));
    }

    private static List<Block> blocks(String... blocks) {
        return Stream.of(blocks).map(Block::new).toList();
    }

    /** The addresses that begin with the same bits. */
    private static final class Block {

        private final byte[] first;
        private final int bits;

        Block(String block) {
            int slash = block.indexOf('/');
            this.first = NetUtil.createByteArrayFromIpAddressString(block.substring(0, slash));
            this.bits = Integer.parseInt(block.substring(slash + 1));
        }

        boolean contains(byte[] address) {
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (first[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
