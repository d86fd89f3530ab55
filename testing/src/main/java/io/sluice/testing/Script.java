package io.sluice.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What a {@link ScriptedUpstream} does when a request has arrived: steps, played in their order. When the last of them
 * has left the connection open, the next request is read from it.
 *
 * <p>{@link #then()} begins the steps for the request after that; the last ones are played again and again.
 */
public final class Script {

    private final List<List<Step>> answers = new CopyOnWriteArrayList<>();
    private final AtomicInteger played = new AtomicInteger();

    /** Begins a script, for a {@link #decides decision}. */
    public Script() {
        answers.add(new CopyOnWriteArrayList<>());
    }

    /** One step. */
    interface Step {

        void play(Exchange exchange) throws IOException;
    }

    /** Writes a body of any length. */
    @FunctionalInterface
    public interface BodyWriter {

        void writeTo(OutputStream out) throws IOException;
    }

    /** Sends exactly these characters, as ISO 8859-1. */
    public Script sends(String text) {
        return sends(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends exactly these bytes. */
    public Script sends(byte[] bytes) {
        return step(exchange -> exchange.send(bytes));
    }

    /** Sends exactly the bytes that are made for the request. */
    public Script sendsFor(Function<RecordedRequest, byte[]> bytes) {
        return step(exchange -> exchange.send(bytes.apply(exchange.request())));
    }

    /** Sends what a writer writes; for bodies that should not be held in memory. */
    public Script writes(BodyWriter writer) {
        return step(exchange -> exchange.write(writer));
    }

    /** Sends a complete answer. */
    public Script responds(int status, Map<String, String> headers, byte[] body) {
        return responds(new Answer(status, headers, body));
    }

    /** Sends a complete answer without a body. */
    public Script responds(int status) {
        return responds(Answer.of(status));
    }

    /** Sends a complete answer. */
    public Script responds(Answer answer) {
        return respondsWith(request -> answer);
    }

    /** Sends a complete answer that is made for the request. */
    public Script respondsWith(Function<RecordedRequest, Answer> answers) {
        return step(exchange -> exchange.respond(answers.apply(exchange.request())));
    }

    /** Does what is decided when the request has arrived. */
    public Script decides(Function<RecordedRequest, Script> decision) {
        return step(exchange -> {
            for (Step step : decision.apply(exchange.request()).next()) {
                step.play(exchange);
            }
        });
    }

    /** Waits until the test {@link ScriptedUpstream#release(String) releases} the barrier. */
    public Script awaits(String barrier) {
        return step(exchange -> exchange.await(barrier));
    }

    /** Sends nothing more and keeps the connection open, until the client hangs up. */
    public Script stalls() {
        return step(Exchange::awaitHangUp);
    }

    /** Closes the connection in an orderly way, with a FIN. */
    public Script closes() {
        return step(Exchange::close);
    }

    /** Tears the connection down, with an RST. */
    public Script resets() {
        return step(Exchange::reset);
    }

    /** Begins what happens at the next request. */
    public Script then() {
        answers.add(new CopyOnWriteArrayList<>());
        return this;
    }

    /** The steps for one more request. */
    List<Step> next() {
        return answers.get(Math.min(played.getAndIncrement(), answers.size() - 1));
    }

    private Script step(Step step) {
        answers.getLast().add(step);
        return this;
    }
}
