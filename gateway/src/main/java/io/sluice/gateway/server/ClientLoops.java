package io.sluice.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.NonBlocking;
import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of the main port, on Linux. They are its own, so that health and metrics are answered however much the
 * clients want, and theirs are the sockets that {@link SteadyEpoll} is for.
 */
final class ClientLoops implements LoopResources {

    private static final String NAME = "sluice-http";

    /**
     * So few that of a crowd that asks at once nobody's answer is behind everybody's request. Measured: 200 clients of a cold
     * blob have their first byte a fifth sooner than with no limit.
     */
    private static final int READY_AT_ONCE = 8;

    /**
     * One for each processor, and two at least, so that one of them may be busy. Reactor Netty starts four where there are
     * fewer processors; measured on two, the changes from one to another cost a twentieth of what a hit takes.
     */
    private static final int LOOPS =
            Integer.getInteger(ReactorNetty.IO_WORKER_COUNT, Math.max(2, NettyRuntime.availableProcessors()));

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(LOOPS, new Threads(), SteadyEpoll.factory(READY_AT_ONCE));

    private ClientLoops() {}

    /** Starts them; on other systems than Linux they are Reactor Netty's. */
    static LoopResources start() {
        return Epoll.isAvailable() ? new ClientLoops() : LoopResources.create(NAME);
    }

    /** Threads that Reactor knows not to block. */
    private static final class Threads extends DefaultThreadFactory {

        Threads() {
            super(NAME, true);
        }

        @Override
        protected Thread newThread(Runnable work, String name) {
            return new EventLoopThread(threadGroup, work, name);
        }
    }

    private static final class EventLoopThread extends FastThreadLocalThread implements NonBlocking {

        EventLoopThread(ThreadGroup group, Runnable work, String name) {
            super(group, work, name);
        }
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops;
    }

    @Override
    public <T extends Channel> T onChannel(Class<T> type, EventLoopGroup group) {
        return type.cast(type.equals(ServerSocketChannel.class) ? new EpollServerSocketChannel() : client(type));
    }

    private static Channel client(Class<?> type) {
        if (type.equals(SocketChannel.class)) {
            return new EpollSocketChannel();
        }
        throw new IllegalArgumentException("the main port has no " + type.getSimpleName());
    }

    @Override
    public <T extends Channel> Class<? extends T> onChannelClass(Class<T> type, EventLoopGroup group) {
        Class<?> epoll =
                type.equals(ServerSocketChannel.class) ? EpollServerSocketChannel.class : EpollSocketChannel.class;
        return epoll.asSubclass(type);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of daemon threads
    public void dispose() {
        loops.shutdownGracefully(0, LoopResources.DEFAULT_SHUTDOWN_TIMEOUT, TimeUnit.SECONDS);
    }

    @Override
    public boolean isDisposed() {
        return loops.isShuttingDown();
    }
}
