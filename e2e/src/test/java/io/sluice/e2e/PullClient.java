package io.sluice.e2e;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.testing.process.Started;

/** A program that pulls images, empty at the start. */
interface PullClient extends Started {

    /** Where it pulls from. */
    enum Source {
        GATEWAY,
        REGISTRY
    }

    /** Pulls the image, looks at what it got, and forgets it again. */
    Pulled pull(Source source, PublishedImage image, By by);

    /** Whether it can unpack images of this kind, wherever they come from. */
    default boolean unpacks(ImageKind kind) {
        return true;
    }

    /** Stops what it runs in the background. */
    @Override
    default void close() {}
}
