/**
 * Text out of documents, read in separate JVMs: a document that hangs, eats memory or crashes its
 * parser costs that process and nothing else. Entry point: {@link io.pipedeck.parse.ParserPool};
 * {@link io.pipedeck.parse.ParserMain} is the other side of the pipe. Knows no job and no HTTP.
 */
@NullMarked
package io.pipedeck.parse;

import org.jspecify.annotations.NullMarked;
