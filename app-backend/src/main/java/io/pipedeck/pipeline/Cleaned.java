package io.pipedeck.pipeline;

import io.pipedeck.parse.ParsedDocument;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a document once it is clean: all that the later stages need.
 *
 * @param facts what parsing told, without the pages
 * @param language ISO 639-1 code, null where it can't be told
 */
record Cleaned(ParsedDocument facts, @Nullable String language, CleanDocument document) {}
