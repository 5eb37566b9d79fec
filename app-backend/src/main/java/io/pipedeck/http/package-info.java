/**
 * The HTTP contract over Helidon: routes, uploads, live events, and the one place where failures
 * become problem documents. Entry point: {@link io.pipedeck.http.ApiServer}.
 */
@NullMarked
package io.pipedeck.http;

import org.jspecify.annotations.NullMarked;
