package io.sluice.gateway.server;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll, with sockets that stay in it. Since netty#16689 a socket of which nothing is wanted leaves epoll,
 * and the next wish fails, because Netty does not know that it has to join again; seen up to 4.2.20. Nothing is wanted of a
 * client that has shut down its side and whose answer is under way, between one piece and the next (C21). Here such a socket
 * stays, for its errors, of which epoll tells in any case, and once each.
 */
final class SteadyEpoll implements IoHandler {

    private final IoHandler epoll;

    private SteadyEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    /** @param readyAtOnce how many sockets that are ready are looked at before the loop does what else waits for it */
    static IoHandlerFactory factory(int readyAtOnce) {
        IoHandlerFactory netty = EpollIoHandler.newFactory(readyAtOnce, DefaultSelectStrategyFactory.INSTANCE);
        return new IoHandlerFactory() {

            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new SteadyEpoll(netty.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return netty.isChangingThreadSupported();
            }
        };
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(handle));
    }

    /** Of one socket. Its methods are called by one thread after the other, as Netty does it. */
    private static final class Registration implements IoRegistration {

        private final IoRegistration epoll;
        private boolean joined;

        Registration(IoRegistration epoll) {
            this.epoll = epoll;
        }

        @Override
        public long submit(IoOps wanted) {
            boolean nothing = wanted.equals(EpollIoOps.NONE);
            if (nothing && joined) {
                return epoll.submit(EpollIoOps.EPOLLET);
            }
            joined = joined || !nothing;
            return epoll.submit(wanted);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the interface has it so
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            return epoll.cancel();
        }
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }
}
