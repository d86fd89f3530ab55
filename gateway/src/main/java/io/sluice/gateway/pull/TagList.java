package io.sluice.gateway.pull;

import io.sluice.oci.RepositoryName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A list of tags as a document of our own: {@code {"name": …, "tags": […]}}. */
final class TagList {

    private TagList() {}

    /**
     * The tags of an upstream's document that pass a filter, in its order.
     *
     * @throws io.sluice.gateway.error.InvalidContentException when it is none
     */
    static List<String> read(byte[] document, Predicate<String> filter) {
        List<String> tags = new ArrayList<>();
        ListJson.read(document, (name, json) -> {
            if (name.equals("tags")) {
                ListJson.elements(json, () -> takeIf(filter, ListJson.text(json), tags));
            } else {
                json.skipChildren();
            }
        });
        return tags;
    }

    private static void takeIf(Predicate<String> filter, @Nullable String tag, List<String> tags) {
        if (tag != null && filter.test(tag)) {
            tags.add(tag);
        }
    }

    static byte[] write(RepositoryName name, Collection<String> tags) {
        return ListJson.write(json -> {
            json.writeStartObject();
            json.writeStringProperty("name", name.text());
            json.writeArrayPropertyStart("tags");
            tags.forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
