/**
 * What is accepted while PostgreSQL is away stands in a file on this machine's disk until it can be
 * written there. Entry points: {@link io.pipedeck.spool.Spool} and {@link
 * io.pipedeck.spool.SpoolReplay}; only {@code app} makes them.
 */
@NullMarked
package io.pipedeck.spool;

import org.jspecify.annotations.NullMarked;
