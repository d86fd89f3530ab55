package io.sluice.oci;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The manifest types that a client takes, normalised, so that clients that mean the same share one answer: several
 * lines and one list, any order and any weight are the same thing.
 *
 * <p>Kept are the known types of today, schema 1 (both forms as the signed one), and up to {@value #MAX_OTHER_TYPES}
 * other {@code application/*+json} types. A wildcard stands for every known type, and so does a client that names
 * nothing that a manifest could be.
 *
 * @param types the media types, sorted
 */
public record Accept(List<String> types) {

    /** How many types beside the known ones are kept. */
    public static final int MAX_OTHER_TYPES = 8;

    private static final int MAX_TYPE_LENGTH = 255;

    /** Every known type, schema 1 too. */
    public static final Accept ANY = new Accept(anyKnown());

    public Accept {
        types = List.copyOf(types);
    }

    /**
     * Normalises the {@code Accept} lines of a request (RFC 9110, section 12.5.1).
     *
     * @param lines the header's lines; each may be a list
     */
    public static Accept parse(Collection<String> lines) {
        TreeSet<String> known = new TreeSet<>();
        TreeSet<String> others = new TreeSet<>();
        for (String line : lines) {
            for (String range : line.split(",")) {
                if (!isRefused(range)) {
                    add(MediaTypes.withoutParameters(range), known, others);
                }
            }
        }
        if (known.isEmpty() && others.isEmpty()) {
            return ANY;
        }
        others.stream().limit(MAX_OTHER_TYPES).forEach(known::add);
        return new Accept(List.copyOf(known));
    }

    private static void add(String type, TreeSet<String> known, TreeSet<String> others) {
        if (type.equals("*/*") || type.equals("application/*")) {
            known.addAll(anyKnown());
        } else if (MediaTypes.isSchema1(type)) {
            known.add(MediaTypes.DOCKER_SCHEMA1_SIGNED);
        } else if (MediaTypes.CURRENT.contains(type)) {
            known.add(type);
        } else if (MediaTypes.canBeManifest(type) && isToken(type)) {
            others.add(type);
        }
    }

    /** Whether a media range has the weight 0, which means "not this". */
    private static boolean isRefused(String range) {
        int semicolon = range.indexOf(';');
        if (semicolon < 0) {
            return false;
        }
        for (String parameter : range.substring(semicolon + 1).split(";")) {
            String text = parameter.strip();
            if ((text.startsWith("q=") || text.startsWith("Q="))
                    && text.substring(2).matches("0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isToken(String type) {
        return type.length() <= MAX_TYPE_LENGTH
                && type.chars().allMatch(c -> c > ' ' && c <= '~' && "\"(),:;<=>?@[\\]{}".indexOf(c) < 0);
    }

    /** Whether the client takes a manifest of this type. */
    public boolean accepts(String mediaType) {
        return types.contains(MediaTypes.isSchema1(mediaType) ? MediaTypes.DOCKER_SCHEMA1_SIGNED : mediaType);
    }

    /** Whether the client takes schema 1. */
    public boolean acceptsSchema1() {
        return types.contains(MediaTypes.DOCKER_SCHEMA1_SIGNED);
    }

    /** Whether the client takes schema 1 and nothing else. */
    public boolean isOnlySchema1() {
        return types.size() == 1 && acceptsSchema1();
    }

    /** The same without schema 1; an upstream is not to choose it while it has anything newer. */
    public Accept withoutSchema1() {
        return acceptsSchema1()
                ? new Accept(types.stream()
                        .filter(type -> !type.equals(MediaTypes.DOCKER_SCHEMA1_SIGNED))
                        .toList())
                : this;
    }

    /** Schema 1 alone. */
    public static Accept onlySchema1() {
        return new Accept(List.of(MediaTypes.DOCKER_SCHEMA1_SIGNED));
    }

    /** The value of an {@code Accept} header, on one line. */
    public String headerValue() {
        return String.join(", ", types);
    }

    private static List<String> anyKnown() {
        List<String> all = new ArrayList<>(MediaTypes.CURRENT);
        all.add(MediaTypes.DOCKER_SCHEMA1_SIGNED);
        all.sort(null);
        return all;
    }
}
