package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of jobs, newest first.
 *
 * @param count how many are on this page
 * @param next cursor for {@code before}, null on the last page
 * @param source as in {@link JobView}
 */
public record JobPage(
    List<JobView> jobs,
    int count,
    Filters filters,
    @Nullable String next,
    @Nullable String source) {

  /** A page as PostgreSQL has it. */
  public JobPage(List<JobView> jobs, int count, Filters filters, @Nullable String next) {
    this(jobs, count, filters, next, null);
  }

  /** The filters as they were understood; null for one that was not given. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Filters(
      @Nullable String realm, @Nullable String queue, @Nullable JobStatus status) {
    /** No filter: all jobs the caller may see. */
    public static final Filters NONE = new Filters(null, null, null);
  }
}
