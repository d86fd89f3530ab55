package io.sluice.e2e.weather;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.Script;
import io.sluice.testing.ScriptedUpstream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A registry that asks for tokens, moves its tags, and has its weather. It remembers what it was asked, when, and what it
 * answered.
 */
final class FickleRegistry implements AutoCloseable {

    /** What a 429 says, seconds. */
    static final int RETRY_AFTER = 2;

    private static final int REPOSITORIES = 8;
    private static final int VERSIONS = 4;
    private static final int LAYER_BYTES = 50_000;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final List<Repository> repositories =
            IntStream.range(0, REPOSITORIES).mapToObj(Repository::new).toList();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicInteger flaps = new AtomicInteger();
    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private volatile Weather weather = Weather.FAIR;

    FickleRegistry() {
        upstream.on("GET", "/token*").respondsWith(request -> token());
        upstream.on("GET", "/v2/*").decides(this::play);
        upstream.on("HEAD", "/v2/*").decides(this::play);
    }

    /**
     * A request that came.
     *
     * @param nanos when
     * @param request method and path
     * @param status what it was answered, or 0 when it was not
     */
    record Asked(long nanos, String request, int status) {}

    /** A repository whose tag {@code latest} moves through its versions; {@code v1} stays at the first. */
    static final class Repository {

        private final String name;
        private final Content layer;
        private final List<Content> versions;
        private final AtomicInteger latest = new AtomicInteger();

        Repository(int number) {
            this.name = "library/app" + number;
            this.layer = Images.layer(LAYER_BYTES, number);
            this.versions = IntStream.range(0, VERSIONS)
                    .mapToObj(version -> Images.imageWithConfig(Images.config(100L * number + version), layer))
                    .toList();
        }

        String name() {
            return name;
        }

        Content layer() {
            return layer;
        }

        List<Content> versions() {
            return versions;
        }

        Content latest() {
            return versions.get(latest.get() % VERSIONS);
        }

        private Optional<Content> manifest(String reference) {
            return switch (reference) {
                case "latest" -> Optional.of(latest());
                case "v1" -> Optional.of(versions.getFirst());
                default ->
                    versions.stream()
                            .filter(version -> version.digest().equals(reference))
                            .findFirst();
            };
        }
    }

    String url() {
        return upstream.url();
    }

    List<Repository> repositories() {
        return repositories;
    }

    /** From now on it is like that. */
    void becomes(Weather next) {
        weather = next;
        if (next == Weather.FORGETFUL) {
            tokens.clear();
        }
    }

    /** Every tag {@code latest} moves on. */
    void moveTags() {
        repositories.forEach(repository -> repository.latest.incrementAndGet());
    }

    /** What it was asked so far but for tokens. */
    List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** How many tokens it gave out so far. */
    int tokensIssued() {
        return issued.get();
    }

    private Script play(RecordedRequest request) {
        Weather now = weather;
        return switch (now) {
            case STALLED -> {
                note(request, 0);
                yield new Script().stalls();
            }
            case RESETTING -> {
                note(request, 0);
                yield new Script().resets();
            }
            case LIMITED ->
                answered(request, new Answer(429, Map.of("Retry-After", Integer.toString(RETRY_AFTER)), new byte[0]));
            case FLAPPING -> answered(request, flaps.incrementAndGet() % 2 == 0 ? Answer.of(503) : answer(request));
            case FAIR, FORGETFUL -> answered(request, answer(request));
        };
    }

    private Script answered(RecordedRequest request, Answer answer) {
        note(request, answer.status());
        return new Script().responds(answer);
    }

    private void note(RecordedRequest request, int status) {
        asked.add(new Asked(System.nanoTime(), request.method() + " " + request.path(), status));
    }

    private Answer answer(RecordedRequest request) {
        String token = request.header("Authorization").orElse("");
        return tokens.contains(token) ? content(request) : challenge();
    }

    private Answer challenge() {
        return new Answer(
                401,
                Map.of("WWW-Authenticate", "Bearer realm=\"" + url() + "/token\",service=\"fickle\""),
                new byte[0]);
    }

    private Answer token() {
        String token = "token-" + issued.incrementAndGet();
        tokens.add("Bearer " + token);
        return Answer.json(200, "{\"token\":\"" + token + "\",\"expires_in\":300}");
    }

    private Answer content(RecordedRequest request) {
        for (Repository repository : repositories) {
            String prefix = "/v2/" + repository.name() + "/";
            if (request.path().startsWith(prefix + "manifests/")) {
                return repository
                        .manifest(request.path().substring((prefix + "manifests/").length()))
                        .map(Answer::manifest)
                        .orElse(Answer.of(404));
            }
            if (request.path().equals(prefix + "blobs/" + repository.layer().digest())) {
                return Answer.blob(request, repository.layer().bytes());
            }
        }
        return Answer.of(404);
    }

    @Override
    public void close() {
        upstream.close();
    }
}
