/**
 * Search by meaning and by words, on a Lucene index of this process that copies the chunks of
 * PostgreSQL and is made anew from there whenever it is lost. What is found is checked against
 * PostgreSQL before it is shown. Entry point: {@link io.pipedeck.search.SearchService}.
 */
@NullMarked
package io.pipedeck.search;

import org.jspecify.annotations.NullMarked;
