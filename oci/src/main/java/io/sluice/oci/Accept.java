package io.sluice.oci;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

    /** The known types, sorted; schema 1 is here in its signed form only. */
    private static final List<String> KNOWN = Stream.concat(
                    MediaTypes.CURRENT.stream(), Stream.of(MediaTypes.DOCKER_SCHEMA1_SIGNED))
            .sorted()
            .toList();

    private static final int ALL_KNOWN = (1 << KNOWN.size()) - 1;

    /** The bits of the known types, by their names. */
    private static final Map<String, Integer> MASKS = Stream.concat(
                    MediaTypes.CURRENT.stream(), MediaTypes.SCHEMA1.stream())
            .collect(Collectors.toUnmodifiableMap(type -> type, Accept::maskOf));

    /** Every choice of known types; the place of a choice has bit i set when it has type i. */
    private static final List<Accept> KNOWN_ONLY =
            IntStream.rangeClosed(0, ALL_KNOWN).mapToObj(Accept::ofKnown).toList();

    /** Every known type, schema 1 too. */
    public static final Accept ANY = KNOWN_ONLY.get(ALL_KNOWN);

    public Accept {
        types = List.copyOf(types);
    }

    /**
     * Normalises the {@code Accept} lines of a request (RFC 9110, section 12.5.1). What is not a media range is passed
     * over; a type with the weight 0 is taken out of what a wildcard stands for.
     *
     * @param lines the header's lines; each may be a list
     */
    public static Accept parse(Collection<String> lines) {
        int taken = 0;
        int refused = 0;
        SortedSet<String> others = Collections.emptySortedSet();
        for (String line : lines) {
            for (String range : line.split(",")) {
                String type = MediaTypes.withoutParameters(range);
                int known = MASKS.getOrDefault(type, 0);
                if (hasWeightZero(range)) {
                    refused |= known;
                } else if (known != 0) {
                    taken |= known;
                } else if (isWildcard(type)) {
                    taken = ALL_KNOWN;
                } else if (MediaTypes.canBeManifest(type)) {
                    others = withOther(others, type);
                }
            }
        }
        boolean namesNothing = taken == 0 && others.isEmpty();
        return of((namesNothing ? ALL_KNOWN : taken) & ~refused, others);
    }

    private static Accept of(int known, SortedSet<String> others) {
        if (others.isEmpty()) {
            return known == 0 ? ANY : KNOWN_ONLY.get(known);
        }
        return new Accept(Stream.concat(ofKnown(known).types.stream(), others.stream())
                .sorted()
                .toList());
    }

    private static Accept ofKnown(int mask) {
        return new Accept(IntStream.range(0, KNOWN.size())
                .filter(i -> (mask & 1 << i) != 0)
                .mapToObj(KNOWN::get)
                .toList());
    }

    private static int maskOf(String type) {
        return 1 << KNOWN.indexOf(MediaTypes.isSchema1(type) ? MediaTypes.DOCKER_SCHEMA1_SIGNED : type);
    }

    private static boolean isWildcard(String type) {
        return type.equals("*/*") || type.equals("application/*");
    }

    /** The first {@value #MAX_OTHER_TYPES} in their order, whatever the order in which they came. */
    private static SortedSet<String> withOther(SortedSet<String> others, String type) {
        SortedSet<String> more = others.isEmpty() ? new TreeSet<>() : others;
        more.add(type);
        if (more.size() > MAX_OTHER_TYPES) {
            more.removeLast();
        }
        return more;
    }

    /** Whether a media range has the weight 0, which means "not this". */
    private static boolean hasWeightZero(String range) {
        int start = range.indexOf(';');
        while (start >= 0) {
            int end = range.indexOf(';', start + 1);
            String parameter =
                    range.substring(start + 1, end < 0 ? range.length() : end).strip();
            if (parameter.regionMatches(true, 0, "q=", 0, 2) && isZero(parameter, 2)) {
                return true;
            }
            start = end;
        }
        return false;
    }

    /** {@code 0}, and {@code 0.} with up to three zeros. */
    private static boolean isZero(String text, int start) {
        return text.length() > start && text.length() <= start + 5 && "0.000".startsWith(text.substring(start));
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
        if (!acceptsSchema1()) {
            return this;
        }
        return new Accept(types.stream()
                .filter(type -> !type.equals(MediaTypes.DOCKER_SCHEMA1_SIGNED))
                .toList());
    }

    /** Schema 1 alone. */
    public static Accept onlySchema1() {
        return new Accept(List.of(MediaTypes.DOCKER_SCHEMA1_SIGNED));
    }

    /** The value of an {@code Accept} header, on one line. */
    public String headerValue() {
        return String.join(", ", types);
    }
}
