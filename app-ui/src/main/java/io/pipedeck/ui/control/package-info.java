/**
 * Parts that every screen shares: actions, loading of views, badges, notices, dialogs, the clock
 * that ages relative times.
 */
@NullMarked
package io.pipedeck.ui.control;

import org.jspecify.annotations.NullMarked;
