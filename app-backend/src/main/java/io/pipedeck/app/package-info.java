/**
 * The wiring: builds everything with plain constructors, starts it, and closes it in reverse. The
 * only place that asks the real clock. Entry point: {@link io.pipedeck.app.App}.
 */
@NullMarked
package io.pipedeck.app;

import org.jspecify.annotations.NullMarked;
