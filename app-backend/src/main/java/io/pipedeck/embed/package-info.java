/**
 * What models do: vectors for texts, with a model in the process, which needs no key and no
 * network, or by an OpenAI-compatible endpoint; summaries by such an endpoint. Entry points: {@link
 * io.pipedeck.embed.Embedder}, {@link io.pipedeck.embed.ChatModel}. Knows nothing of documents and
 * jobs.
 */
@NullMarked
package io.pipedeck.embed;

import org.jspecify.annotations.NullMarked;
