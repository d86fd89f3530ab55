package io.sluice.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.netty.DisposableServer;

/**
 * Empties the main port before anything that its answers need is closed (G01, G02). Readiness is down by then, and the
 * management port answers until this is over. In this order:
 *
 * <ol>
 *   <li>for the delay everything is served as ever, and each answer tells its client to come back on another connection;
 *   <li>the port is closed, idle connections are, and answers that are under way have the window to end;
 *   <li>what is left is reset: a client must not take a part for the whole.
 * </ol>
 *
 * <p>Boot's own drain does the second step alone, without a word to the clients, and leaves the third to whatever is torn
 * down next.
 */
public final class Drain implements SmartLifecycle {

    /** Before Boot's own drain, were it on, and before the management port is closed; higher phases stop first. */
    private static final int PHASE = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final Duration delay;
    private final Duration window;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch hurried = new CountDownLatch(1);
    private final CountDownLatch empty = new CountDownLatch(1);
    private final AtomicInteger cut = new AtomicInteger();
    private volatile Stage stage = Stage.OPEN;
    private volatile boolean running;
    private volatile @Nullable DisposableServer listener;

    /** How far the end has come. */
    enum Stage {
        /** Nobody speaks of an end. */
        OPEN,
        /** Clients are asked to leave and may still come. */
        ANNOUNCING,
        /** The port is closed. */
        LEAVING
    }

    /**
     * @param delay how long the port stays open
     * @param window how long answers may take from then on
     */
    Drain(Duration delay, Duration window) {
        this.delay = delay;
        this.window = window;
    }

    Stage stage() {
        return stage;
    }

    /** Takes note of the port, to close it. */
    void bound(DisposableServer server) {
        listener = server;
    }

    /** Takes note of a connection, until it is closed. Its event loop calls. */
    void watch(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(closed -> forget(channel));
    }

    private void forget(Channel channel) {
        open.remove(channel);
        noteWhenEmpty();
    }

    private void noteWhenEmpty() {
        if (stage == Stage.LEAVING && open.isEmpty()) {
            empty.countDown();
        }
    }

    /** Ends the delay, or leaves it out: somebody waits at a terminal, and no load balancer has to notice anything. */
    public void skipDelay() {
        hurried.countDown();
    }

    /** Blocks until all of it is done: at most the delay, the window, and a few seconds. */
    @Override
    public void stop() {
        running = false;
        try {
            announce();
            leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce() throws InterruptedException {
        log.info("Not ready any more; new connections are taken for another {} s", delay.toSeconds());
        stage = Stage.ANNOUNCING;
        if (hurried.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
            log.info("That delay is left out");
        }
    }

    private void leave() throws InterruptedException {
        closeListener();
        stage = Stage.LEAVING;
        onEach(Drain::closeOnceIdle);
        noteWhenEmpty();
        log.info("No new connections; {} are left, and answers have {} s to end", open.size(), window.toSeconds());
        if (!empty.await(window.toMillis(), TimeUnit.MILLISECONDS)) {
            onEach(this::cut);
            empty.await(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        }
        log.info("All connections are closed, {} in the middle of an answer", cut);
    }

    private void closeListener() {
        DisposableServer server = listener;
        if (server != null) {
            server.dispose();
            server.onDispose().block(CLOSE_WITHIN);
        }
    }

    private interface Step {

        void with(ChannelHandlerContext context, Farewell farewell);
    }

    private void onEach(Step step) {
        for (Channel channel : open) {
            channel.eventLoop().execute(() -> {
                ChannelHandlerContext context = channel.pipeline().context(Farewell.class);
                if (context != null) {
                    step.with(context, (Farewell) context.handler());
                }
            });
        }
    }

    private static void closeOnceIdle(ChannelHandlerContext context, Farewell farewell) {
        farewell.closeOnceIdle(context);
    }

    private void cut(ChannelHandlerContext context, Farewell farewell) {
        cut.addAndGet(farewell.isAnswering() ? 1 : 0);
        Farewell.cut(context.channel());
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
