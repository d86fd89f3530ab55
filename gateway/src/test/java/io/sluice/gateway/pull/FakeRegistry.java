package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.upstream.Registry;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.gateway.upstream.ResponseReader;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A registry in memory that answers as it is told to, and remembers what it was asked. */
final class FakeRegistry implements Registry {

    @SuppressWarnings("ArrayRecordComponent")
    private record Content(byte[] body, HttpHeaders headers) {}

    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    private final Map<String, PullException> failures = new ConcurrentHashMap<>();
    private final List<RegistryRequest> requests = new CopyOnWriteArrayList<>();
    private volatile @Nullable PullException outage;
    private volatile String missing = "";
    private volatile Mono<Void> barrier = Mono.empty();
    private volatile OptionalDouble budget = OptionalDouble.empty();

    /** Puts a manifest under its SHA-256, and under a tag where there is one. */
    Digest put(String repository, @Nullable String tag, String mediaType, byte[] body) {
        Digest digest = Digest.hash(Algorithm.SHA256, body);
        put(
                repository,
                "manifests/" + digest,
                body,
                headers -> headers.set("Content-Type", mediaType).set("Docker-Content-Digest", digest.text()));
        if (tag != null) {
            put(
                    repository,
                    "manifests/" + tag,
                    body,
                    headers -> headers.set("Content-Type", mediaType).set("Docker-Content-Digest", digest.text()));
        }
        return digest;
    }

    void put(String repository, String endpoint, byte[] body, UnaryOperator<HttpHeaders> headers) {
        HttpHeaders described = headers.apply(new DefaultHttpHeaders().set("Content-Length", body.length));
        contents.put(repository + "/" + endpoint, new Content(body, described));
    }

    void remove(String repository, String endpoint) {
        contents.remove(repository + "/" + endpoint);
    }

    /** One method of one endpoint fails. */
    void fail(Method method, String repository, String endpoint, PullException failure) {
        failures.put(method + " " + repository + "/" + endpoint, failure);
    }

    /** Everything fails, or, with null, no longer does. */
    void failEverything(@Nullable PullException failure) {
        outage = failure;
    }

    /** From now on HEADs are answered without a header. */
    void answerHeadsWithout(String header) {
        missing = header;
    }

    /** From now on no answer comes before the returned barrier is lifted. */
    Sinks.Empty<Void> holdAnswers() {
        Sinks.Empty<Void> sink = Sinks.empty();
        barrier = sink.asMono();
        return sink;
    }

    /** Later requests are answered at once again; those that are held stay so. */
    void answerAtOnce() {
        barrier = Mono.empty();
    }

    /** From now on so much of its budget is left, 0 to 1. */
    void leaveOfItsBudget(double share) {
        budget = OptionalDouble.of(share);
    }

    @Override
    public OptionalDouble budgetLeft() {
        return budget;
    }

    long count(Method method, String repository, String endpoint) {
        return requests.stream()
                .filter(request -> request.method() == method
                        && request.repository().text().equals(repository)
                        && request.endpoint().equals(endpoint))
                .count();
    }

    List<RegistryRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void distrust(Digest blob) {
        throw new UnsupportedOperationException("it sends what it was given");
    }

    @Override
    public <T> Mono<T> send(RegistryRequest request, ResponseReader<T> reader) {
        return Mono.defer(() -> {
                    Mono<Void> held = barrier;
                    requests.add(request);
                    return held;
                })
                .publishOn(Schedulers.parallel())
                .then(Mono.defer(() -> answer(request, reader)));
    }

    private <T> Mono<T> answer(RegistryRequest request, ResponseReader<T> reader) {
        String path = request.repository() + "/" + request.endpoint();
        PullException failure = outage != null ? outage : failures.get(request.method() + " " + path);
        if (failure != null) {
            return Mono.error(failure);
        }
        Content content = contents.get(path);
        if (content == null) {
            return Mono.error(status(404));
        }
        ResponseHead head = new ResponseHead(200, content.headers);
        return request.method() == Method.HEAD
                ? reader.read(new ResponseHead(200, content.headers.copy().remove(missing)), Flux.empty())
                : reader.read(head, inPieces(content.body));
    }

    private static Flux<ByteBuf> inPieces(byte[] body) {
        int half = body.length / 2;
        return Flux.just(Unpooled.wrappedBuffer(body, 0, half), Unpooled.wrappedBuffer(body, half, body.length - half));
    }

    static UpstreamStatusException status(int status) {
        return new UpstreamStatusException("registry.test", status, null, null);
    }
}
