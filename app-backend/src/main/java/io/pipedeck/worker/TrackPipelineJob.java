package io.pipedeck.worker;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method as a job function: {@code Object name(JobContext)}. {@link
 * JobFunctions#registerAll} finds it; whoever enqueues a job of its name gets it run with full
 * tracking.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface TrackPipelineJob {
  /** The name that jobs ask for, such as {@code te_po.pipeline.jobs.process_document}. */
  String value();

  /**
   * Names of the parameters that Python programs call it with, in order, those that may be left out
   * with a {@code ?} behind; the payload holds them by name. None: any arguments.
   */
  String[] parameters() default {};
}
