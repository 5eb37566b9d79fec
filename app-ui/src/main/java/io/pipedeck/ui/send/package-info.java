/**
 * Sending documents: gathering dropped files and folders, the sheet that asks where to, and the
 * transfers. Entry points: {@code SendViewModel}, {@code TransfersViewModel}.
 */
@NullMarked
package io.pipedeck.ui.send;

import org.jspecify.annotations.NullMarked;
