package io.sluice.e2e.fleet;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A repository of manifests that nobody has pulled: each of its tags names another one. */
final class EndlessImages {

    private final String repository;
    private final AtomicInteger last = new AtomicInteger();
    private final Map<String, Content> byReference = new ConcurrentHashMap<>();

    EndlessImages(ScriptedUpstream upstream, String repository) {
        this.repository = repository;
        upstream.on("GET", path("*")).respondsWith(this::answer);
        upstream.on("HEAD", path("*")).respondsWith(this::answer);
    }

    /**
     * One of them.
     *
     * @param byTag its path by tag
     * @param byDigest its path by digest
     */
    record Image(String byTag, String byDigest, Content manifest) {}

    /** The next one. */
    Image next() {
        int number = last.incrementAndGet();
        Content manifest = Images.imageWithConfig(Images.config(1_000_000L + number));
        byReference.put("v" + number, manifest);
        byReference.put(manifest.digest(), manifest);
        return new Image(path("v" + number), path(manifest.digest()), manifest);
    }

    private String path(String reference) {
        return "/v2/" + repository + "/manifests/" + reference;
    }

    private Answer answer(RecordedRequest request) {
        String reference = request.path().substring(path("").length());
        Content manifest = byReference.get(reference);
        return manifest == null ? Answer.of(404) : Answer.manifest(manifest);
    }
}
