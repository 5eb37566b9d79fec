/** What the window remembers between starts. Entry point: {@code LayoutStore}. */
@NullMarked
package io.pipedeck.ui.layout;

import org.jspecify.annotations.NullMarked;
