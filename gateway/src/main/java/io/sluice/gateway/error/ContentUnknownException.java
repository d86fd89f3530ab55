package io.sluice.gateway.error;

/** The repository does not have the content, or the caller is not to know that it has (T30). */
public final class ContentUnknownException extends PullException {

    /** @param what what was asked for, in the client's words */
    public ContentUnknownException(String what) {
        super(what + " is unknown");
    }
}
