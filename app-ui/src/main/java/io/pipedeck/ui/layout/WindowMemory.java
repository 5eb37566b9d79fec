package io.pipedeck.ui.layout;

import io.pipedeck.ui.layout.Layout.Bounds;
import io.pipedeck.ui.layout.Layout.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javafx.beans.InvalidationListener;
import javafx.geometry.Rectangle2D;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.stage.Screen;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Puts window, divider and columns back where they were, and reads off where they are. */
public final class WindowMemory {
  private static final double USUAL_WIDTH = 1280;
  private static final double USUAL_HEIGHT = 800;

  private final Stage stage;
  private final SplitPane split;
  private final TableView<?> table;
  private @Nullable Bounds lastNormal;
  private double lastShare;
  private double wantedX;
  private double wantedY;

  public WindowMemory(Stage stage, SplitPane split, TableView<?> table) {
    this.stage = stage;
    this.split = split;
    this.table = table;
  }

  /** Puts everything back; a window that would be off all screens comes to the first one. */
  public void restore(Layout layout) {
    Rectangle2D first = Screen.getPrimary().getVisualBounds();
    Bounds bounds = layout.window();
    if (bounds != null && isOnScreen(bounds)) {
      stage.setX(bounds.x());
      stage.setY(Math.max(bounds.y(), topFor(bounds)));
      stage.setWidth(bounds.width());
      stage.setHeight(bounds.height());
      stage.setMaximized(bounds.maximized());
    } else {
      stage.setWidth(Math.min(USUAL_WIDTH, first.getWidth()));
      stage.setHeight(Math.min(USUAL_HEIGHT, first.getHeight()));
      stage.setX(first.getMinX() + (first.getWidth() - stage.getWidth()) / 2);
      stage.setY(first.getMinY() + (first.getHeight() - stage.getHeight()) / 2);
    }
    wantedX = stage.getX();
    wantedY = stage.getY();
    lastNormal = bounds;
    lastShare = layout.detailShare();
    split.setDividerPositions(layout.detailShare());
    restore(table, layout.columns());
  }

  /** Puts the divider back, once the window is seen: showing it moves what was set before. */
  public void shown() {
    split.setDividerPositions(lastShare);
  }

  /**
   * Puts the window back once more, some moments after it is seen: while its frame is put around
   * it, a window manager may move it by the frame's size, and it would creep at every start.
   */
  public void settle() {
    if (!stage.isMaximized() && !stage.isIconified()) {
      stage.setX(wantedX);
      stage.setY(wantedY);
    }
  }

  /** Runs the action after every change of what is remembered. */
  public void watch(Runnable changed) {
    InvalidationListener any = _ -> changed.run();
    for (var property :
        List.of(
            stage.xProperty(), stage.yProperty(), stage.widthProperty(), stage.heightProperty())) {
      property.addListener(any);
    }
    stage.maximizedProperty().addListener(any);
    split.getDividers().getFirst().positionProperty().addListener(any);
    table.getColumns().addListener(any);
    for (TableColumn<?, ?> column : table.getColumns()) {
      column.widthProperty().addListener(any);
      column.visibleProperty().addListener(any);
    }
  }

  /** Where the window is; where it was before, while it is maximised. */
  public @Nullable Bounds bounds() {
    Bounds before = lastNormal;
    if (stage.isMaximized() && before != null) {
      return new Bounds(before.x(), before.y(), before.width(), before.height(), true);
    }
    if (Double.isNaN(stage.getX()) || stage.isIconified()) {
      return before;
    }
    lastNormal =
        new Bounds(
            stage.getX(), stage.getY(), stage.getWidth(), stage.getHeight(), stage.isMaximized());
    return lastNormal;
  }

  /** Where the divider stands. */
  public double detailShare() {
    if (split.isVisible()) {
      lastShare = split.getDividerPositions()[0];
    }
    return lastShare;
  }

  /** The columns as they are. */
  public List<Column> columns() {
    return table.getColumns().stream()
        .map(column -> new Column(column.getId(), width(column), column.isVisible()))
        .toList();
  }

  private static double width(TableColumn<?, ?> column) {
    return ColumnFill.shares(column) ? Column.AS_IT_FITS : column.getWidth();
  }

  private static boolean isOnScreen(Bounds bounds) {
    boolean sane = bounds.width() >= 200 && bounds.height() >= 200;
    return sane
        && !Screen.getScreensForRectangle(bounds.x() + 50, bounds.y() + 10, 100, 30).isEmpty();
  }

  /** Above it there is no title bar left to take the window by. */
  private static double topFor(Bounds bounds) {
    return Screen.getScreensForRectangle(bounds.x() + 50, bounds.y() + 10, 100, 30).stream()
        .mapToDouble(screen -> screen.getVisualBounds().getMinY())
        .min()
        .orElse(bounds.y());
  }

  /** Columns that an older release did not know keep their place and width at the end. */
  private static <S> void restore(TableView<S> table, List<Column> remembered) {
    Map<String, TableColumn<S, ?>> byId = new HashMap<>();
    table.getColumns().forEach(column -> byId.put(column.getId(), column));
    List<TableColumn<S, ?>> ordered = new ArrayList<>();
    for (Column each : remembered) {
      TableColumn<S, ?> column = byId.remove(each.id());
      if (column != null) {
        if (each.width() > Column.AS_IT_FITS) {
          ColumnFill.fix(column);
          column.setPrefWidth(each.width());
        }
        column.setVisible(each.visible());
        ordered.add(column);
      }
    }
    table.getColumns().stream().filter(byId::containsValue).forEach(ordered::add);
    if (!ordered.equals(table.getColumns())) {
      table.getColumns().setAll(ordered);
    }
  }
}
