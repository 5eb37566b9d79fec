/**
 * What happens to a document: parse, clean, chunk, embed, summarise. Knows no job, no store and no
 * HTTP. Entry point: {@code DocumentPipeline}.
 */
@NullMarked
package io.pipedeck.pipeline;

import org.jspecify.annotations.NullMarked;
