package io.sluice.cache.manifest;

/** Some bytes are not the manifest that they are said to be. The message says why, and is fit for a log line. */
public final class InvalidManifestException extends RuntimeException {

    private static final int MAX_LENGTH = 500;

    /**
     * Says why.
     *
     * @param reason the reason; what it quotes comes from an upstream, so it is cut and stripped of control characters
     */
    public InvalidManifestException(String reason) {
        super(printable(reason), null, false, false);
    }

    private static String printable(String reason) {
        String cut = reason.length() <= MAX_LENGTH ? reason : reason.substring(0, MAX_LENGTH) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
