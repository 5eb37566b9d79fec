package io.pipedeck.ui.layout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the window remembers. Nothing in here acts: reading it back starts no work.
 *
 * @param window null until the window was seen once
 * @param detailShare where the divider between list and detail stands, 0 to 1
 * @param columns the list's columns in their order
 * @param screen wire name of the last screen
 */
public record Layout(
    @Nullable Bounds window,
    double detailShare,
    List<Column> columns,
    String appearance,
    String screen,
    Filter filter) {
  /** What a first start shows. */
  public static final Layout FIRST =
      new Layout(null, 0.68, List.of(), "system", "jobs", new Filter(null, null, null));

  public Layout {
    boolean sane = detailShare > 0.05 && detailShare < 0.95;
    detailShare = sane ? detailShare : 0.68;
    columns = List.copyOf(columns);
  }

  /** Where the window was, in screen coordinates. */
  public record Bounds(double x, double y, double width, double height, boolean maximized) {}

  /**
   * A column of the list.
   *
   * @param width as the operator made it, or {@link #AS_IT_FITS}
   */
  public record Column(String id, double width, boolean visible) {
    /** Not set by anyone: the column shares the width there is. */
    public static final double AS_IT_FITS = 0;
  }

  /** The last filter, by wire names. */
  public record Filter(@Nullable String status, @Nullable String queue, @Nullable String realm) {}
}
