/**
 * A backend for tests of the console: speaks the HTTP contract for real, keeps its jobs in memory,
 * and does what a test tells it to. Entry point: {@link io.pipedeck.ui.contract.ContractStub}.
 */
@NullMarked
package io.pipedeck.ui.contract;

import org.jspecify.annotations.NullMarked;
