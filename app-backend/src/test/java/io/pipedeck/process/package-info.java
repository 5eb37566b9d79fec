/**
 * The program from outside: real processes over real HTTP. Entry points: {@link
 * io.pipedeck.process.BackendProcess} and, for tests that change nothing about it, {@link
 * io.pipedeck.process.SharedBackend}.
 */
@NullMarked
package io.pipedeck.process;

import org.jspecify.annotations.NullMarked;
