package io.sluice.gateway.metrics;

import java.util.Optional;
import org.springframework.web.server.ServerWebExchange;

/**
 * What one pull turned out to be: told by whoever answers it, read when its last byte has left, for the access log and
 * the meters. It is the one attribute through which they meet.
 *
 * @param route the name of the route
 * @param kind what is pulled
 * @param repository the repository, in the upstream's words
 * @param outcome how it was answered; {@link Outcome#ERROR} until someone has answered
 */
public record PullRecord(String route, Kind kind, String repository, Outcome outcome) {

    private static final String ATTRIBUTE = PullRecord.class.getName();

    /** Begins the record of an exchange, as soon as its route and repository are known. */
    public static void begin(ServerWebExchange exchange, String route, Kind kind, String repository) {
        exchange.getAttributes().put(ATTRIBUTE, new PullRecord(route, kind, repository, Outcome.ERROR));
    }

    /** Says how the pull is answered; without a {@link #begin record} there is nothing to say it of. */
    public static void answered(ServerWebExchange exchange, Outcome outcome) {
        exchange.getAttributes().computeIfPresent(ATTRIBUTE, (key, begun) -> ((PullRecord) begun).with(outcome));
    }

    /** The record of an exchange; none when it is no pull or was refused before its route was known. */
    public static Optional<PullRecord> of(ServerWebExchange exchange) {
        return Optional.ofNullable((PullRecord) exchange.getAttributes().get(ATTRIBUTE));
    }

    /** The same pull with another outcome. */
    public PullRecord with(Outcome other) {
        return new PullRecord(route, kind, repository, other);
    }
}
