/**
 * Heals drift between PostgreSQL and Redis and rescues the jobs of dead workers. One process leads
 * at a time; every heal is a compare-and-set anyway. Entry point: {@link
 * io.pipedeck.reconcile.Reconciler}.
 */
@NullMarked
package io.pipedeck.reconcile;

import org.jspecify.annotations.NullMarked;
