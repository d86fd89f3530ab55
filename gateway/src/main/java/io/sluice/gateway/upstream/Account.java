package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.gateway.metrics.UpstreamMetrics;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One account of a route at its registry: how it authenticates itself, what the registry says it has left, and whether it
 * is to wait. It shows itself as its place in the configuration, never by its name (T20).
 */
final class Account {

    /** How long a limit is believed whose window is not said. */
    private static final Duration UNSAID_WINDOW = Duration.ofMinutes(10);

    /** How long one is set aside whose credential does not help. */
    static final Duration SET_ASIDE = Duration.ofMinutes(1);

    private final String route;
    private final String position;
    private final Authorizer authorizer;
    private final Ticker ticker;
    private final UpstreamMetrics metrics;
    private final Backoff backoff;
    private final AtomicBoolean shown = new AtomicBoolean();
    private volatile @Nullable Budget budget;
    private volatile long setAsideUntil;
    private volatile boolean isSetAside;

    /** @param position its place in the configuration, or {@code anonymous} */
    Account(String route, String position, Authorizer authorizer, Ticker ticker, UpstreamMetrics metrics) {
        this.route = route;
        this.position = position;
        this.authorizer = authorizer;
        this.ticker = ticker;
        this.metrics = metrics;
        this.backoff = new Backoff(ticker);
        metrics.rateLimit(route, position, "wait", "seconds", () -> seconds(toWait()));
    }

    Authorizer authorizer() {
        return authorizer;
    }

    /** Takes note of what the registry answered; of a success, {@link #accepted} has by then. */
    void note(Answer<?> answer) {
        backoff.note(answer);
        if (answer instanceof Answer.Refused<?> refused) {
            read(refused.headers());
        }
    }

    /** Takes note of the head of a success. */
    void accepted(HttpHeaders headers) {
        backoff.accepted();
        read(headers);
    }

    private void read(HttpHeaders headers) {
        RateLimit said = RateLimit.of(headers);
        if (said == null) {
            return;
        }
        Duration held = said.holdsFor() == null ? UNSAID_WINDOW : said.holdsFor();
        budget = new Budget(said.limit(), said.remaining(), ticker.read() + held.toNanos());
        if (shown.compareAndSet(false, true)) {
            metrics.rateLimit(route, position, "limit", null, () -> orNothing(limit()));
            metrics.rateLimit(route, position, "remaining", null, () -> orNothing(left()));
        }
    }

    /** Its credential was rejected, or brought no token: for a while it is used only if there is no other. */
    void setAside() {
        setAsideUntil = ticker.read() + SET_ASIDE.toNanos();
        isSetAside = true;
    }

    boolean isSetAside() {
        return isSetAside && setAsideUntil - ticker.read() > 0;
    }

    boolean isFree() {
        return backoff.isOver();
    }

    /** How long it is to wait yet. */
    Duration toWait() {
        return backoff.left();
    }

    /** How many requests it has left; as many as there are, where nothing is known. */
    long remaining() {
        Long left = left();
        return left == null ? Long.MAX_VALUE : left;
    }

    /** The share that is left, or empty where that is not known. */
    OptionalDouble budgetLeft() {
        Long limit = limit();
        Long left = left();
        return limit == null || left == null || limit == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.clamp((double) left / limit, 0, 1));
    }

    private @Nullable Long limit() {
        Budget known = known();
        return known == null ? null : known.limit;
    }

    private @Nullable Long left() {
        Budget known = known();
        return known == null ? null : known.remaining;
    }

    private @Nullable Budget known() {
        Budget known = budget;
        return known == null || known.overAt - ticker.read() <= 0 ? null : known;
    }

    private static double orNothing(@Nullable Long value) {
        return value == null ? Double.NaN : value;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }

    @Override
    public String toString() {
        return "Account[" + route + ", " + position + "]";
    }

    /** What the registry last said, and until when it holds. */
    private record Budget(@Nullable Long limit, @Nullable Long remaining, long overAt) {}
}
