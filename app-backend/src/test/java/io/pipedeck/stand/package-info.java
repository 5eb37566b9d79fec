/**
 * A test stand: bundled servers and backend processes of one's own, to be measured or broken from
 * outside. Entry points: {@link io.pipedeck.stand.Stand} and {@link io.pipedeck.stand.Node}.
 */
@NullMarked
package io.pipedeck.stand;

import org.jspecify.annotations.NullMarked;
