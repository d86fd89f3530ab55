package io.sluice.e2e;

import io.sluice.oci.Digest;

/** An image that a registry holds under a tag. */
record PublishedImage(Image image, String repository, String tag) {

    /** How a client may name it. */
    enum By {
        TAG,
        DIGEST
    }

    Digest digest() {
        return image.root().digest();
    }

    /** The end of its name: {@code :t1}, or {@code @sha256:…}. */
    String suffix(By by) {
        return switch (by) {
            case TAG -> ":" + tag;
            case DIGEST -> "@" + digest().text();
        };
    }
}
