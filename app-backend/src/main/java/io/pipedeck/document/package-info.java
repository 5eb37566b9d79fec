/**
 * Documents: the content-addressed store, their chunks, and the job function that runs one through
 * the pipeline. Entry points: {@link io.pipedeck.document.DocumentStore}, {@link
 * io.pipedeck.document.ProcessDocument}.
 */
@NullMarked
package io.pipedeck.document;

import org.jspecify.annotations.NullMarked;
