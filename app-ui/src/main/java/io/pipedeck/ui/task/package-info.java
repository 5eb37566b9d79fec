/**
 * Work beside the UI thread. Entry point: {@link io.pipedeck.ui.task.Tasks}; only {@code FxTasks}
 * knows how JavaFX does it, so that view models run in tests without a toolkit.
 */
@NullMarked
package io.pipedeck.ui.task;

import org.jspecify.annotations.NullMarked;
