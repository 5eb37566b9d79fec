/**
 * Finds the backend that runs on a data folder, or starts one as a child process and keeps it
 * running. Knows nothing of JavaFX. Entry point: {@code BackendSupervisor}.
 */
@NullMarked
package io.pipedeck.ui.backend;

import org.jspecify.annotations.NullMarked;
