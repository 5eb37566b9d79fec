/**
 * Words and figures of the console: the bundle, one format for durations, sizes and times, and the
 * words for error codes. No toolkit needed. Entry points: {@code Texts}, {@code Amounts}.
 */
@NullMarked
package io.pipedeck.ui.text;

import org.jspecify.annotations.NullMarked;
