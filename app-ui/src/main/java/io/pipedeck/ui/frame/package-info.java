/**
 * The window's frame: navigation, banner, status bar, start screen, and the screens inside it.
 * Entry point: {@code FrameController}.
 */
@NullMarked
package io.pipedeck.ui.frame;

import org.jspecify.annotations.NullMarked;
