/**
 * Measures the promised speeds on bundled servers, each beside a floor measured in the same run.
 * Not part of the tests: {@code mvn -Pbench verify -pl app-backend}; see {@code
 * docs/benchmarks.md}. Entry point: {@link io.pipedeck.bench.Bench}.
 */
@NullMarked
package io.pipedeck.bench;

import org.jspecify.annotations.NullMarked;
