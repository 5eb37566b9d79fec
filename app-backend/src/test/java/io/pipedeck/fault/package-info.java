/**
 * Kills, freezes, restarts and cuts off servers and nodes under load, and checks afterwards that no
 * accepted job was lost and none ended twice. Not part of the tests: {@code mvn -Pfaults verify -pl
 * app-backend}. Entry point: {@link io.pipedeck.fault.FaultSuite}.
 */
@NullMarked
package io.pipedeck.fault;

import org.jspecify.annotations.NullMarked;
