/**
 * The live list of jobs and what can be done to them. Entry points: {@code JobsViewModel}, {@code
 * JobsController}.
 */
@NullMarked
package io.pipedeck.ui.jobs;

import org.jspecify.annotations.NullMarked;
