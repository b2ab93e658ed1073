using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// c[r, n] = max(floor, start[r, n] + Σk a[r, k] · b[k, n]): what a dense layer computes, in one sweep. The start is c
/// itself (to add to it) or one row for all (a bias, zeros; stride 0); the floor is 0 for a rectifier and -∞ for none.
/// Strides are in floats; a row of b, c and the start is dense.
/// </summary>
internal unsafe ref struct MatrixProduct
{
    // 128 rows of 256 bytes fill two thirds of a first cache of 48 KiB.
    private const int DepthMax = 128;

    public float* A;
    public nint RowStride;
    public nint ColumnStride;
    public float* B;
    public nint BStride;
    public float* C;
    public nint CStride;
    public float* Start;
    public nint StartStride;
    public float Floor;
    public int Rows;
    public int Depth;
    public int Columns;

    public readonly float* RowOf(int r) => A + (r * RowStride);

    public readonly float* StartOf(int r, int n) => Start + (r * StartStride) + n;

    public readonly float* ResultOf(int r, int n) => C + (r * CStride) + n;

    /// <summary>Goes along the depth in steps that keep a panel of b, four registers wide, in the first
    /// cache.</summary>
    public void Run()
    {
        var (depth, floor) = (Depth, Floor);
        for (; depth > DepthMax; depth -= DepthMax)
        {
            (Depth, Floor) = (DepthMax, float.NegativeInfinity);
            RunColumns();
            A += DepthMax * ColumnStride;
            B += DepthMax * BStride;
            Start = C;
            StartStride = CStride;
        }

        (Depth, Floor) = (depth, floor);
        RunColumns();
    }

    // The widest registers first, narrower ones for the columns that remain.
    private readonly void RunColumns()
    {
        var n = MatrixTiles.Columns<Lanes512, Vector512<float>>(in this, 0);
        n = MatrixTiles.Columns<Lanes256, Vector256<float>>(in this, n);
        n = MatrixTiles.Columns<Lanes128, Vector128<float>>(in this, n);
        MatrixTiles.Columns<Lanes1, float>(in this, n);
    }
}
