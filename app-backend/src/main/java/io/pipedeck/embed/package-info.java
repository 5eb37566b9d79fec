/**
 * Vectors for texts: with a model in the process, which needs no key and no network, or by an
 * OpenAI-compatible endpoint. Entry point: {@link io.pipedeck.embed.Embedder}. Knows nothing of
 * documents and jobs.
 */
@NullMarked
package io.pipedeck.embed;

import org.jspecify.annotations.NullMarked;
