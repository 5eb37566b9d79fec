package io.pipedeck.api;

/**
 * A call to the backend did not work: it said no, or could not be reached (code {@code
 * unreachable}).
 */
public final class ApiException extends AppException {
  private final transient Problem problem;

  public ApiException(Problem problem) {
    super(problem.detail(), null);
    this.problem = problem;
  }

  ApiException(Problem problem, Throwable cause) {
    super(problem.detail(), cause);
    this.problem = problem;
  }

  /** What the backend said, or why it could not be asked. */
  public Problem problem() {
    return problem;
  }
}
