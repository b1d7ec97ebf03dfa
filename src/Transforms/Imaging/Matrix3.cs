namespace MLNetStyle.Imaging;

/// <summary>The linear algebra of three colours: 3 x 3 matrices of doubles.</summary>
internal static class Matrix3
{
    private const int N = 3;

    public static double[,] Multiply(double[,] a, double[,] b)
    {
        double[,] product = new double[N, N];
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                for (int k = 0; k < N; k++) product[i, j] += a[i, k] * b[k, j];
        return product;
    }

    public static double[,] Inverse(double[,] m)
    {
        double[,] inverse = new double[N, N];
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
            {
                int r1 = (j + 1) % N, r2 = (j + 2) % N, c1 = (i + 1) % N, c2 = (i + 2) % N;
                inverse[i, j] = (m[r1, c1] * m[r2, c2]) - (m[r1, c2] * m[r2, c1]);
            }
        double determinant = (m[0, 0] * inverse[0, 0]) + (m[0, 1] * inverse[1, 0]) + (m[0, 2] * inverse[2, 0]);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) inverse[i, j] /= determinant;
        return inverse;
    }

    /// <summary>Eigenvalues and eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations.</summary>
    public static (double[] Values, double[,] Vectors) Eigen(double[,] symmetric)
    {
        double[,] a = (double[,])symmetric.Clone(), v = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
        for (int sweep = 0; sweep < 50; sweep++)
        {
            double off = Math.Abs(a[0, 1]) + Math.Abs(a[0, 2]) + Math.Abs(a[1, 2]);
            if (off <= 1e-300 || off <= 1e-16 * (Math.Abs(a[0, 0]) + Math.Abs(a[1, 1]) + Math.Abs(a[2, 2]))) break;
            for (int p = 0; p < N - 1; p++)
                for (int q = p + 1; q < N; q++) Rotate(a, v, p, q);
        }
        return ([a[0, 0], a[1, 1], a[2, 2]], v);
    }

    /// <summary>V f(lambda) V^T: a function of a symmetric matrix by way of its eigenvalues.</summary>
    public static double[,] Apply(double[,] symmetric, Func<double, double> function)
    {
        (double[] values, double[,] v) = Eigen(symmetric);
        double[,] result = new double[N, N];
        for (int k = 0; k < N; k++)
        {
            double f = function(values[k]);
            for (int i = 0; i < N; i++)
                for (int j = 0; j < N; j++) result[i, j] += f * v[i, k] * v[j, k];
        }
        return result;
    }

    /// <summary>Lower triangular L with L L^T = A; a direction without variance gets a column of zeros.</summary>
    public static double[,] Cholesky(double[,] a)
    {
        double[,] l = new double[N, N];
        double least = 1e-14 * (a[0, 0] + a[1, 1] + a[2, 2]);
        for (int j = 0; j < N; j++)
        {
            double pivot = a[j, j];
            for (int k = 0; k < j; k++) pivot -= l[j, k] * l[j, k];
            if (pivot <= least) continue;
            l[j, j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < N; i++)
            {
                double sum = a[i, j];
                for (int k = 0; k < j; k++) sum -= l[i, k] * l[j, k];
                l[i, j] = sum / l[j, j];
            }
        }
        return l;
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0) return;
        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int k = 0; k < N; k++) (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        for (int k = 0; k < N; k++) (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        for (int k = 0; k < N; k++) (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
    }
}
