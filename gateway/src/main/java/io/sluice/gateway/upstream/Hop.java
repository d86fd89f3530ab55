package io.sluice.gateway.upstream;

import io.sluice.gateway.error.UpstreamProtocolException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a request stands on its way: the URL that is asked next, and those that were asked before.
 *
 * @param request what the caller wants
 * @param url the URL to ask
 * @param passed the URLs that redirected to here, in order
 * @param reasked whether the registry was already asked again for a fresh redirect
 */
record Hop(RegistryRequest request, URI url, List<URI> passed, boolean reasked) {

    /** The largest number of redirects that are followed for one request. */
    static final int MAX_REDIRECTS = 5;

    /** Presigned URLs are long, but not that long. */
    private static final int MAX_LOCATION_LENGTH = 16 * 1_024;

    /** The registry itself. */
    static Hop first(Origin registry, RegistryRequest request) {
        URI url = registry.resolve("/v2/" + request.repository().text() + "/" + request.endpoint());
        return new Hop(request, url, List.of(), false);
    }

    /**
     * Where a redirect leads.
     *
     * @throws UpstreamProtocolException if it is no URL, leads in a circle or is one too many
     */
    Hop redirected(String location) {
        URI next = resolve(location);
        List<URI> before = Stream.concat(passed.stream(), Stream.of(url)).toList();
        if (before.contains(next)) {
            throw new UpstreamProtocolException(url.getHost() + " redirected in a circle");
        }
        if (before.size() > MAX_REDIRECTS) {
            throw new UpstreamProtocolException(
                    url.getHost() + " redirected once more after " + MAX_REDIRECTS + " redirects");
        }
        return new Hop(request, next, before, reasked);
    }

    /** The registry once more, for a fresh redirect. */
    Hop reask(Origin registry) {
        return new Hop(request, first(registry, request).url(), List.of(), true);
    }

    /** This hop as it goes over the wire. */
    Call call(Dial dial, Authorization authorization) {
        return new Call(request.method(), url, dial, request.accept(), request.range(), authorization, request.blob());
    }

    private URI resolve(String location) {
        if (location.length() > MAX_LOCATION_LENGTH) {
            throw new UpstreamProtocolException(url.getHost() + " redirected to a URL that is too long");
        }
        try {
            return withoutFragment(url.resolve(new URI(location)));
        } catch (URISyntaxException e) {
            throw new UpstreamProtocolException(url.getHost() + " redirected to something that is no URL");
        }
    }

    private static URI withoutFragment(URI url) {
        String text = url.toString();
        int fragment = text.indexOf('#');
        return fragment < 0 ? url : URI.create(text.substring(0, fragment));
    }

    @Override
    public String toString() {
        return "Hop[" + request.method() + " " + url.getHost() + "]";
    }
}
