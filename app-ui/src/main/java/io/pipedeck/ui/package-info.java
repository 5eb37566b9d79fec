/** The console's start and its frame: window, navigation, wiring. Entry point: {@code Launcher}. */
@NullMarked
package io.pipedeck.ui;

import org.jspecify.annotations.NullMarked;
