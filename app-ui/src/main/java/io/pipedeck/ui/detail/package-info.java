/**
 * Everything about one job. Entry points: {@code JobDetailViewModel}, {@code JobDetailController}.
 */
@NullMarked
package io.pipedeck.ui.detail;

import org.jspecify.annotations.NullMarked;
