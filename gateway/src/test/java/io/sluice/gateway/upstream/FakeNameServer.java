package io.sluice.gateway.upstream;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server that knows no names: every question is answered with NXDOMAIN, or with nothing. */
final class FakeNameServer implements AutoCloseable {

    private static final int FLAGS = 2;

    private final DatagramSocket socket;
    private final AtomicInteger questions = new AtomicInteger();
    private volatile boolean silent;

    FakeNameServer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    DnsServerAddressStreamProvider provider() {
        return new SingletonDnsServerAddressStreamProvider(
                new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()));
    }

    int questions() {
        return questions.get();
    }

    void fallSilent() {
        silent = true;
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                questions.incrementAndGet();
                if (!silent) {
                    socket.send(answer(packet));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    /** The question with the flags of an answer: recursion is available, and there is no such name (RFC 1035, 4.1.1). */
    private static DatagramPacket answer(DatagramPacket question) {
        byte[] bytes = Arrays.copyOf(question.getData(), question.getLength());
        bytes[FLAGS] = (byte) 0x81;
        bytes[FLAGS + 1] = (byte) 0x83;
        // No additional records: the question may have announced one for EDNS.
        int end = endOfQuestion(bytes);
        bytes[10] = 0;
        bytes[11] = 0;
        return new DatagramPacket(bytes, end, question.getSocketAddress());
    }

    private static int endOfQuestion(byte[] bytes) {
        int position = 12;
        while (bytes[position] != 0) {
            position += bytes[position] + 1;
        }
        return position + 5;
    }

    @Override
    public void close() {
        socket.close();
    }
}
