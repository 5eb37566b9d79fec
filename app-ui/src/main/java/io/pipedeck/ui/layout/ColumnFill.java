package io.pipedeck.ui.layout;

import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;

/**
 * Lets some columns share the width that the others leave, so that a wide window has no empty end.
 * A column that the operator resizes keeps its width from then on.
 */
public final class ColumnFill {
  private static final String SHARES = "io.pipedeck.shares";

  /** Vertical scroll bar and a little air at the end. */
  private static final double END = 18;

  /** As far as they give way before the table scrolls sideways. */
  private static final double NARROWEST = 0.6;

  private final TableView<?> table;
  private boolean filling;

  public ColumnFill(TableView<?> table) {
    this.table = table;
  }

  /** Marks a column as one that shares the spare width, in proportion to its preferred width. */
  public static void share(TableColumn<?, ?> column) {
    column.getProperties().put(SHARES, column.getPrefWidth());
  }

  /** Whether the column's width comes from the window's, not from the operator. */
  static boolean shares(TableColumn<?, ?> column) {
    return column.getProperties().containsKey(SHARES);
  }

  /** The column has a width of its own from now on. */
  static void fix(TableColumn<?, ?> column) {
    column.getProperties().remove(SHARES);
  }

  /** Shares out now and after every change. */
  public void wire() {
    table.widthProperty().subscribe(_ -> fill());
    table.getColumns().addListener((ListChangeListener<TableColumn<?, ?>>) _ -> fill());
    for (TableColumn<?, ?> column : table.getColumns()) {
      column.visibleProperty().subscribe(this::fill);
      column.widthProperty().subscribe(() -> resized(column));
    }
  }

  private void resized(TableColumn<?, ?> column) {
    if (!filling) {
      if (table.getScene() != null && table.getScene().getWindow() != null) {
        fix(column);
      }
      fill();
    }
  }

  private void fill() {
    if (filling || table.getWidth() <= 0) {
      return;
    }
    List<? extends TableColumn<?, ?>> seen = table.getVisibleLeafColumns();
    double fixed =
        seen.stream().filter(column -> !shares(column)).mapToDouble(TableColumn::getWidth).sum();
    double usual = seen.stream().filter(ColumnFill::shares).mapToDouble(ColumnFill::usual).sum();
    double factor = Math.max(NARROWEST, (table.getWidth() - END - fixed) / usual);
    filling = true;
    seen.stream()
        .filter(ColumnFill::shares)
        .forEach(column -> column.setPrefWidth(Math.floor(usual(column) * factor)));
    filling = false;
  }

  private static double usual(TableColumn<?, ?> column) {
    return column.getProperties().get(SHARES) instanceof Double width ? width : 0;
  }
}
