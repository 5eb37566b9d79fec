/**
 * The line to the backend: which client to use, whether live events come, and what to do while they
 * don't. Entry point: {@code Connection}.
 */
@NullMarked
package io.pipedeck.ui.connection;

import org.jspecify.annotations.NullMarked;
